"""Who answers for what in an organisation, from when to when: leads, deputies, owners of asks; vacancies, hand-over."""
