"""The council's pages: its members, its sittings with their agenda, quorum and votes, its acts as papers."""
