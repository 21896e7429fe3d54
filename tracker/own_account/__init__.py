"""What people see and change of their own account: name, password, second factor, sessions."""
