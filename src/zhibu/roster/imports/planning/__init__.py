"""From an interpreted file to a plan: who is new, who changes, what is asked, what stays out, and why.

A plan is what a person sees and confirms, and exactly what is then written. It never touches the database.
"""
