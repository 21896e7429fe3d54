"""What an organisation and its regional team say to each other about an ask; never part of what boards download."""
