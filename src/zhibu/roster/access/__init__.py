"""Who may see and do what: grants over the organisation tree, and the actor built from them for each
request.
"""
