"""Pass Numérique: the platform on which a public authority runs a scheme of digital-skills vouchers."""
