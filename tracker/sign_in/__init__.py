"""How somebody shows who they are: password, second factor, single sign-on, and links to set a password."""
