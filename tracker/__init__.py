"""The health inequalities action tracker: the web application and its commands."""
