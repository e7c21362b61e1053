"""What each figure of a report is: its meaning, where it is read, the query that gives it, and the list behind it.

The queries are for who verifies: a test runs each of them and finds the figure of the report. `:programme` and
`:subject` are ids, `:day` is the day of the report and `:before` the instant at which its evening ends, `:until` eight
weeks later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passnumerique.ground.words import N_
from passnumerique.vouchers.rules import SPENT, UNUSED, State


@dataclass(frozen=True)
class Definition:
    """One figure. `tables` in plain words, `query` in SQL (empty: computed, `meaning` says how), `rows` the list where
    a reader who may sees what is counted (a page's name)."""

    meaning: str
    tables: str
    filters: str
    query: str = ""
    rows: str = ""


_FLOW = N_("Le compteur des mouvements de chaque jour, tenu avec chaque acte du registre")
_UP_TO = N_("Ce dispositif, jusqu’au soir du jour du rapport")
_LEDGER = N_("Le grand livre\u202f: les écritures, une ligne chacune")
_NETWORK = N_("Les habilitations des organismes")
_USES = N_("Les utilisations de pass, moins celles corrigées, avec la remise qui a donné le pass")
_HANDOVERS = N_("Les remises de pass, avec la tranche d’âge et le public de chaque personne, sans nom")
_FORECAST = N_("Les compteurs de chaque jour et les ateliers annoncés, par le modèle de prévision")
_OWN = N_("Cet organisme seulement, jusqu’au soir du jour du rapport")
_SESSIONS = N_("Les ateliers du lieu, sans ceux annulés")


def _states(states: Iterable[State]) -> str:
    return ", ".join(sorted(f"'{state.value}'" for state in states))


def _standing(states: Iterable[State], what: str = "count") -> str:
    listed = _states(states)
    return f"""SELECT COALESCE(SUM(CASE WHEN to_state IN ({listed}) THEN {what} ELSE 0 END), 0)
     - COALESCE(SUM(CASE WHEN from_state IN ({listed}) THEN {what} ELSE 0 END), 0)
FROM vouchers_flow
WHERE programme_id = :programme AND day <= :day"""  # noqa: S608 — the names of states


def _accredited(kind: str) -> str:
    return f"""SELECT COUNT(DISTINCT organisation_id)
FROM directory_accreditation
WHERE programme_id = :programme AND kind = '{kind}'
  AND from_day <= :day AND (until_day IS NULL OR until_day >= :day)"""  # noqa: S608 — a constant


def _account(name: str, owner: str = "") -> str:
    mine = {side: f" AND {side}_owner = :subject" if owner else "" for side in ("credit", "debit")}
    return f"""SELECT COALESCE(SUM(CASE WHEN credit_account = '{name}'{mine["credit"]} THEN amount_cents ELSE 0 END), 0)
     - COALESCE(SUM(CASE WHEN debit_account = '{name}'{mine["debit"]} THEN amount_cents ELSE 0 END), 0)
FROM ledger_transfer
WHERE programme_id = :programme AND at < :before"""  # noqa: S608 — constants


def _uses(what: str, more: str = "") -> str:
    return f"""SELECT {what}
FROM vouchers_redemption AS used
LEFT JOIN vouchers_reversal AS undone ON undone.redemption_id = used.id AND undone.at < :before
JOIN vouchers_voucher AS pass ON pass.id = used.voucher_id
JOIN vouchers_handover AS handed ON handed.id = pass.handover_id
JOIN beneficiaries_recipient AS person ON person.id = handed.recipient_id
WHERE used.programme_id = :programme AND used.recorded_at < :before AND undone.id IS NULL{more}"""  # noqa: S608


def _handed(what: str, more: str = "") -> str:
    return f"""SELECT {what}
FROM vouchers_handover AS handed
JOIN beneficiaries_recipient AS person ON person.id = handed.recipient_id
WHERE handed.programme_id = :programme AND handed.at < :before{more}"""  # noqa: S608 — constants


def _sessions(what: str, more: str) -> str:
    return f"""SELECT {what}
FROM training_trainingsession
WHERE programme_id = :programme AND place_id = :subject AND state = 'planned' AND {more}"""  # noqa: S608


_TARGET_SHARE = "COALESCE(SUM(CASE WHEN person.target_public THEN {0} ELSE 0 END) * 1.0 / NULLIF(SUM({0}), 0), 0)"

DEFINITIONS: Mapping[str, Definition] = {
    "received": Definition(
        N_("Les pass des lots reçus de l’émetteur ou produits ici, quel que soit leur état depuis."),
        _FLOW,
        _UP_TO,
        "SELECT COALESCE(SUM(count), 0)\nFROM vouchers_flow\n"
        "WHERE programme_id = :programme AND day <= :day AND from_state = ''",
        "lots",
    ),
    "used": Definition(
        N_("Les pass qui ont payé un atelier\u202f: utilisés, que le lieu en ait été remboursé ou non."),
        _FLOW,
        _UP_TO,
        _standing(SPENT),
        "vouchers",
    ),
    "held": Definition(
        N_("Les pass remis à une personne, qui ne les a pas encore utilisés."),
        _FLOW,
        _UP_TO,
        _standing([State.HELD]),
        "handovers",
    ),
    "unused": Definition(
        N_("Les pass qui peuvent encore servir\u202f: en stock, remis, ou bloqués."),
        _FLOW,
        _UP_TO,
        _standing(UNUSED),
        "stock",
    ),
    "value_used": Definition(
        N_("La valeur faciale des pass utilisés."),
        _FLOW,
        _UP_TO,
        _standing(SPENT, "count * face_value_cents"),
        "vouchers",
    ),
    "prescribers": Definition(
        N_("Les structures habilitées à remettre des pass ce jour-là."),
        _NETWORK,
        N_("Habilitées le jour du rapport"),
        _accredited("prescriber"),
        "network",
    ),
    "places": Definition(
        N_("Les lieux habilités à prendre des pass ce jour-là."),
        _NETWORK,
        N_("Habilités le jour du rapport"),
        _accredited("place"),
        "network",
    ),
    "authorised": Definition(
        N_("Ce que conventions et délibérations ont mis dans l’enveloppe."),
        _LEDGER,
        _UP_TO,
        "SELECT COALESCE(SUM(amount_cents), 0)\nFROM ledger_transfer\n"
        "WHERE programme_id = :programme AND at < :before AND debit_account = 'authorised'",
        "accounts",
    ),
    "due": Definition(
        N_("La valeur faciale des pass utilisés qui n’est pas encore payée aux lieux."),
        _LEDGER,
        _UP_TO,
        _account("due"),
        "claims",
    ),
    "paid": Definition(
        N_("La valeur faciale des pass dont le lieu a été payé."), _LEDGER, _UP_TO, _account("paid"), "claims"
    ),
    "grant": Definition(
        N_(
            "Ce que la convention fait verser au financeur pour ce qui est fait à ce jour\u202f: son taux, appliqué à "
            "la valeur des pass utilisés ou achetés, selon la base convenue."
        ),
        N_("La valeur des pass, et les règles du dispositif (taux et base du financement)"),
        _UP_TO,
        "",
        "parameters",
    ),
    "foretold": Definition(
        N_(
            "Le nombre de pass utilisés au dernier jour d’usage, dans le cas du milieu\u202f: une chance sur deux de "
            "faire moins, une sur deux de faire plus. Une prévision, avec ce qui était su au jour du rapport."
        ),
        _FORECAST,
        _UP_TO,
        "",
        "uptake",
    ),
    "foretold_unused": Definition(
        N_("La valeur faciale qui resterait sans usage au dernier jour, dans le cas du milieu de la prévision."),
        _FORECAST,
        _UP_TO,
        "",
        "uptake",
    ),
    "grant_at_risk": Definition(
        N_("La part de la subvention qui ne serait pas versée, dans le cas du milieu de la prévision."),
        _FORECAST,
        _UP_TO,
        "",
        "uptake",
    ),
    "handed": Definition(
        N_("Les pass remis à des personnes par les structures."),
        _HANDOVERS,
        _UP_TO,
        _handed("COALESCE(SUM(handed.quantity), 0)"),
        "handovers",
    ),
    "target_handed": Definition(
        N_(
            "La part des pass remis qui l’ont été au public cible (PIC). La structure le note à la remise, selon la "
            "définition de la convention."
        ),
        _HANDOVERS,
        _UP_TO,
        _handed(_TARGET_SHARE.format("handed.quantity")),
        "handovers",
    ),
    "target_used": Definition(
        N_(
            "La part des pass utilisés qui l’ont été par le public cible (PIC)\u202f: des pass remis à ce public, et "
            "utilisés depuis."
        ),
        _USES,
        _UP_TO,
        _uses(_TARGET_SHARE.format("1")),
        "vouchers",
    ),
    "target_due": Definition(
        N_("La part que la convention demande pour le public cible (PIC)."),
        N_("Les règles du dispositif"),
        N_("En vigueur le jour du rapport"),
        "",
        "parameters",
    ),
    "usage": Definition(
        N_(
            "Les pass utilisés tels que la collectivité les publie\u202f: mois par mois, le 10 du suivant, les petits "
            "effectifs masqués, y compris par différence. La commune est celle de la personne qui a reçu le pass."
        ),
        _USES,
        N_("Les mois publiés au jour du rapport"),
        "",
        "open_sessions",
    ),
    "structure_received": Definition(
        N_("Les pass reçus par bordereau, moins ceux rendus ou confiés à une autre structure."),
        N_("Les bordereaux"),
        _OWN,
        "SELECT COALESCE(SUM(CASE WHEN receiver_id = :subject THEN quantity ELSE -quantity END), 0)\n"
        "FROM vouchers_deliverynote\n"
        "WHERE programme_id = :programme AND at < :before AND (receiver_id = :subject OR giver_id = :subject)",
        "delivery_notes",
    ),
    "structure_handed": Definition(
        N_("Les pass que cette structure a remis à des personnes."),
        _HANDOVERS,
        _OWN,
        _handed("COALESCE(SUM(handed.quantity), 0)", "\n  AND handed.structure_id = :subject"),
        "handovers",
    ),
    "structure_used": Definition(
        N_("Parmi les pass remis par cette structure, ceux qui ont été utilisés, où que ce soit."),
        _USES,
        _OWN,
        _uses("COUNT(*)", "\n  AND used.structure_id = :subject"),
        "vouchers",
    ),
    "structure_share": Definition(
        N_("Les pass utilisés, sur ceux remis par cette structure. Un pass remis peut être utilisé plus tard."),
        _USES,
        _OWN,
        "",
        "vouchers",
    ),
    "place_used": Definition(
        N_("Les pass pris par ce lieu, moins ceux corrigés."),
        _USES,
        _OWN,
        _uses("COUNT(*)", "\n  AND used.place_id = :subject"),
        "vouchers",
    ),
    "place_sessions": Definition(
        N_("Les ateliers que ce lieu a tenus."),
        _SESSIONS,
        _OWN,
        _sessions("COUNT(*)", "starts_at < :before"),
        "sessions",
    ),
    "place_filled": Definition(
        N_("Les places prises, sur celles offertes dans les ateliers tenus."),
        _SESSIONS,
        _OWN,
        _sessions("COALESCE(SUM(seats_taken) * 1.0 / NULLIF(SUM(seats), 0), 0)", "starts_at < :before"),
        "sessions",
    ),
    "place_coming": Definition(
        N_("Les ateliers que ce lieu annonce pour les huit semaines qui suivent le rapport."),
        _SESSIONS,
        N_("Ce lieu seulement, ateliers connus aujourd’hui"),
        _sessions("COUNT(*)", "starts_at >= :before AND starts_at < :until"),
        "sessions",
    ),
    "place_due": Definition(
        N_("La valeur faciale des pass pris par ce lieu, qui ne lui est pas encore payée."),
        _LEDGER,
        _OWN,
        _account("due", "place"),
        "claims",
    ),
    "place_paid": Definition(
        N_("La valeur faciale des pass pris par ce lieu, qui lui a été payée."),
        _LEDGER,
        _OWN,
        _account("paid", "place"),
        "claims",
    ),
}
