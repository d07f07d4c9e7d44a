"""First pages, navigation, search: joins the modules' panels and owns no table."""
