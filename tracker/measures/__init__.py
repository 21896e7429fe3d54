"""Numbers that asks are judged by: readings with numerator, denominator, date and source, against a target."""
