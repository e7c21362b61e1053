"""The pages of the frame: calendar, papers, rules, envelope, periods, territory, plan, authority."""
