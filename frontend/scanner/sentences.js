// Every sentence of the page: [French, English], with the same {fields}. One that depends on {n} has a `one` and
// an `other`. « pass » is what a voucher is called on every screen.

export const SENTENCES = {
  app: ["Scanner de pass", "Pass scanner"],
  skip: ["Aller au contenu", "Skip to content"],
  language: ["English", "Français"],
  tab_scan: ["Scanner", "Scan"],
  tab_lines: ["Pass pris", "Taken"],
  tab_people: ["Inscrits", "Expected"],
  tab_device: ["Appareil", "Device"],
  tabs: ["Écrans du scanner", "Screens of the scanner"],

  // Which device
  pair_title: ["Associer cet appareil", "Pair this device"],
  pair_lead: [
    "Sur le poste du lieu, ouvrez «\u202fRéseau\u202f», puis «\u202fAppareils\u202f»\u202f: un code s’y affiche. Il sert une fois, pendant 15 minutes.",
    "On the place’s desk page, open “Réseau”, then “Appareils”: a code is shown there. It works once, for 15 minutes.",
  ],
  pair_code: ["Code d’association", "Pairing code"],
  pair_hint: ["12 signes, comme ABCD-EFGH-JKMN", "12 characters, like ABCD-EFGH-JKMN"],
  pair_button: ["Associer", "Pair"],
  pair_wait: ["Association en cours…", "Pairing…"],
  pair_misspelt: [
    "Ce code contient une erreur\u202f: relisez-le sur le poste.",
    "This code has a mistake in it: read it again on the desk page.",
  ],
  pair_lost: [
    "Le serveur ne répond pas. L’association demande le réseau\u202f: vérifiez-le, puis recommencez.",
    "The server does not answer. Pairing needs the network: check it, then try again.",
  ],
  pair_refused: [
    "Ce code n’est pas accepté. Demandez-en un nouveau sur le poste du lieu.",
    "This code is not accepted. Ask for a new one on the place’s desk page.",
  ],
  pair_broken: [
    "Cet appareil n’a pas pu enregistrer l’association. Libérez de la place, quittez la navigation privée, puis demandez un nouveau code.",
    "This device could not store the pairing. Free some space, leave private browsing, then ask for a new code.",
  ],
  pair_keeps: [
    {
      one: "Un pass pris attend sur cet appareil pour {place}. Il partira quand l’appareil sera de nouveau associé à ce lieu.",
      other: "{n} pass pris attendent sur cet appareil pour {place}. Ils partiront quand l’appareil sera de nouveau associé à ce lieu.",
    },
    {
      one: "One pass taken on this device is waiting for {place}. It will leave once the device is paired with that place again.",
      other: "{n} passes taken on this device are waiting for {place}. They will leave once the device is paired with that place again.",
    },
  ],
  revoked_title: ["Cet appareil ne peut plus prendre de pass", "This device may no longer take passes"],
  revoked: [
    "La collectivité ou le lieu l’a retiré. Rien n’est perdu\u202f: les pass déjà pris restent gardés ici, et ne partent pas. Demandez au lieu un nouveau code d’association, et saisissez-le ci-dessous.",
    "The authority or the place withdrew it. Nothing is lost: the passes already taken stay here and do not leave. Ask the place for a new pairing code, and enter it below.",
  ],

  // Which workshop
  sessions_title: ["Quel atelier\u202f?", "Which workshop?"],
  sessions_lead: ["Les pass seront pris pour cet atelier.", "Passes will be taken for this workshop."],
  sessions_none: ["Aucun atelier prévu aujourd’hui", "No workshop planned today"],
  sessions_none_help: [
    "Programmez l’atelier sur le poste du lieu, puis mettez la liste à jour ici.",
    "Plan the workshop on the place’s desk page, then update the list here.",
  ],
  sessions_missing: ["La liste des ateliers n’est pas encore sur cet appareil", "The list of workshops is not on this device yet"],
  sessions_missing_help: [
    "Mettez-la à jour une fois avec le réseau\u202f: ensuite, tout marche sans réseau.",
    "Update it once with the network: after that, everything works without it.",
  ],
  sessions_other_days: ["D’autres jours", "Other days"],
  session_choose: ["Choisir", "Choose"],
  session_change: ["Changer d’atelier", "Change workshop"],
  session_seats: [
    { one: "{n}\u00a0place", other: "{n}\u00a0places" },
    { one: "{n}\u00a0seat", other: "{n}\u00a0seats" },
  ],
  session_people: [
    { one: "{n}\u00a0inscrit", other: "{n}\u00a0inscrits" },
    { one: "{n}\u00a0person expected", other: "{n}\u00a0people expected" },
  ],
  session_taken: [
    { one: "{n}\u00a0pass pris", other: "{n}\u00a0pass pris" },
    { one: "{n}\u00a0pass taken", other: "{n}\u00a0passes taken" },
  ],
  session_price: ["{n}\u00a0pass par personne", "{n}\u00a0passes per person"],
  refresh: ["Mettre la liste à jour", "Update the list"],
  refreshing: ["Mise à jour…", "Updating…"],

  // One pass
  ready: ["Présentez un pass", "Show a pass"],
  ready_help: [
    "Devant la caméra, avec une douchette, ou en tapant le code de la carte.",
    "To the camera, with a hand scanner, or by typing the code on the card.",
  ],
  code_label: ["Code de la carte", "Code on the card"],
  code_hint: ["12 signes, sans vous soucier des tirets", "12 characters; dashes do not matter"],
  code_button: ["Vérifier", "Check"],
  camera_open: ["Ouvrir la caméra", "Open the camera"],
  camera_close: ["Fermer la caméra", "Close the camera"],
  camera_name: ["Image de la caméra", "Camera picture"],
  camera_refused: [
    "La caméra n’est pas disponible. Autorisez-la dans le navigateur, ou tapez le code de la carte.",
    "The camera is not available. Allow it in the browser, or type the code on the card.",
  ],
  torch_on: ["Allumer la lampe", "Light on"],
  torch_off: ["Éteindre la lampe", "Light off"],
  for_person: ["Pour {name}", "For {name}"],
  for_other: ["Quelqu’un d’autre", "Somebody else"],
  participant: ["Participant {n}", "Participant {n}"],
  verdict: ["Réponse", "Answer"],
  valid: ["Pris", "Taken"],
  valid_sentence: [
    "Le pass est gardé sur l’appareil et partira vers le serveur.",
    "The pass is kept on the device and will leave for the server.",
  ],
  valid_for: [
    "Pour {name}. Le pass est gardé sur l’appareil et partira vers le serveur.",
    "For {name}. The pass is kept on the device and will leave for the server.",
  ],
  part: ["{have} sur {price}", "{have} of {price}"],
  part_sentence: [
    "Présentez un autre pass de la même personne\u202f: ils seront pris ensemble.",
    "Show another pass of the same person: they will be taken together.",
  ],
  give_up: ["Abandonner", "Give up"],
  given_up: ["Rien n’est pris", "Nothing taken"],
  given_up_sentence: ["Rendez les pass à la personne.", "Give the passes back to the person."],
  cancel: ["Annuler", "Cancel"],
  cancelled: ["Annulé", "Cancelled"],
  cancelled_sentence: ["Le pass n’est pas pris\u202f: rendez-le à la personne.", "The pass is not taken: give it back to the person."],
  cancel_late: ["Trop tard pour annuler ici", "Too late to cancel here"],
  cancel_late_sentence: [
    "Le pass est parti vers le serveur. Corrigez sur le poste du lieu, à la page de l’atelier.",
    "The pass has left for the server. Correct it on the place’s desk page, at the workshop.",
  ],
  already_used: ["Déjà utilisé", "Already used"],
  already_used_sentence: ["Ne le prenez pas. Demandez un autre pass à la personne.", "Do not take it. Ask the person for another pass."],
  already_used_known: [
    "Utilisé le {day} à {place}. Ne le prenez pas\u202f: demandez un autre pass.",
    "Used on {day} at {place}. Do not take it: ask for another pass.",
  ],
  already_used_on: [
    "Utilisé le {day}. Ne le prenez pas\u202f: demandez un autre pass.",
    "Used on {day}. Do not take it: ask for another pass.",
  ],
  already_used_at: [
    "Utilisé à {place}. Ne le prenez pas\u202f: demandez un autre pass.",
    "Used at {place}. Do not take it: ask for another pass.",
  ],
  already_used_here: [
    "Pris le {day} à {time} avec cet appareil. Il ne compte qu’une fois.",
    "Taken on {day} at {time} with this device. It counts once only.",
  ],
  twice: ["Deux fois le même", "The same one twice"],
  twice_sentence: ["Il faut un autre pass de la même personne.", "Another pass of the same person is needed."],
  blocked: ["Bloqué", "Blocked"],
  blocked_sentence: ["Ne le prenez pas et appelez la collectivité.", "Do not take it, and call the authority."],
  blocked_is_blocked: [
    "Il a été déclaré perdu ou volé. Ne le prenez pas et appelez la collectivité.",
    "It was reported lost or stolen. Do not take it, and call the authority.",
  ],
  blocked_is_replaced: [
    "Il a été remplacé par un autre. Demandez à la personne son nouveau pass.",
    "It was replaced by another one. Ask the person for the new pass.",
  ],
  blocked_is_cancelled: ["Il est annulé et n’a plus de valeur. Ne le prenez pas.", "It is cancelled and has no value. Do not take it."],
  blocked_is_frozen: [
    "Il est gelé\u202f: l’émetteur est défaillant. Ne le prenez pas et appelez la collectivité.",
    "It is frozen: the issuer is in default. Do not take it, and call the authority.",
  ],
  lapsed: ["Plus valable", "No longer valid"],
  lapsed_sentence: [
    "Le dernier jour était le {until}. Rendez-le et proposez d’appeler la collectivité.",
    "The last day was {until}. Give it back and suggest calling the authority.",
  ],
  unknown: ["Inconnu", "Unknown"],
  unknown_sentence: [
    "Aucun pass du dispositif n’a ce code. Gardez la carte et prévenez la collectivité.",
    "No pass of the programme has this code. Keep the card and tell the authority.",
  ],
  other_programme: ["Autre dispositif", "Another programme"],
  other_programme_sentence: [
    "Ce pass n’est pas accepté ici. Rendez-le à la personne.",
    "This pass is not accepted here. Give it back to the person.",
  ],
  to_check: ["À vérifier", "To be checked"],
  to_check_sentence: [
    "Cet appareil ne peut pas en juger sans le serveur. Le pass peut être pris\u202f: il sera vérifié à l’envoi.",
    "This device cannot judge it without the server. The pass may be taken: it will be checked when sent.",
  ],
  to_check_expired: [
    "La liste de cet appareil est trop ancienne. Le pass peut être pris\u202f: il sera vérifié à l’envoi.",
    "The list on this device is too old. The pass may be taken: it will be checked when sent.",
  ],
  to_check_full: [
    "L’atelier est complet\u202f: {n} places. Le serveur refusera peut-être ce pass.",
    "The workshop is full: {n} seats. The server may refuse this pass.",
  ],
  take_anyway: ["Prendre quand même", "Take it anyway"],
  not_code: ["Pas un pass", "Not a pass"],
  not_code_sentence: [
    "Ce n’est pas le code d’un pass. Présentez le carré noir et blanc de la carte.",
    "This is not the code of a pass. Show the black and white square of the card.",
  ],
  misspelt: ["Code mal lu", "Misread code"],
  not_code_wrong_check_letter: ["Un de ses signes est faux. Relisez la carte.", "One of its characters is wrong. Read the card again."],
  short: ["Code incomplet", "Incomplete code"],
  short_sentence: ["Le code compte 12 signes. Relisez la carte.", "The code has 12 characters. Read the card again."],
  full: ["Pas pris", "Not taken"],
  full_sentence: [
    "La mémoire de l’appareil est pleine\u202f: le pass n’est pas enregistré. Envoyez les pass en attente ou libérez de la place, puis présentez-le de nouveau.",
    "The device’s memory is full: the pass is not recorded. Send the waiting passes or free some space, then show it again.",
  ],
  not_written: ["Pas pris", "Not taken"],
  not_written_sentence: [
    "L’appareil n’a pas pu enregistrer le pass. Fermez les autres onglets du scanner, puis présentez-le de nouveau.",
    "The device could not record the pass. Close the scanner’s other tabs, then show it again.",
  ],
  no_session: ["Pas pris", "Not taken"],
  no_session_sentence: [
    "L’atelier choisi n’est pas d’aujourd’hui. Choisissez l’atelier du jour.",
    "The chosen workshop is not today’s. Choose today’s workshop.",
  ],

  // What became of them
  lines_title: ["Pass pris avec cet appareil", "Passes taken with this device"],
  lines_none: ["Aucun pass pris", "No pass taken"],
  lines_none_help: [
    "Les pass pris s’affichent ici, avec ce qu’ils sont devenus.",
    "The passes taken are shown here, with what became of them.",
  ],
  lines_more: ["Afficher plus", "Show more"],
  line_name: ["Pass n°\u202f{n} de cet appareil", "Pass no. {n} of this device"],
  send_now: ["Envoyer maintenant", "Send now"],
  seen: ["J’ai lu", "Read"],
  seen_all: ["J’ai tout lu", "All read"],
  state_queued: ["À envoyer", "To be sent"],
  state_sending: ["Envoi en cours", "Being sent"],
  state_taken: ["Compté", "Counted"],
  state_refused: ["Refusé", "Refused"],
  state_disputed: ["Contesté", "Disputed"],
  state_aside: ["Gardé, pas envoyé", "Kept, not sent"],
  line_queued: ["Gardé sur l’appareil. Il partira avec le réseau.", "Kept on the device. It will leave with the network."],
  line_sending: ["Le serveur n’a pas encore répondu.", "The server has not answered yet."],
  line_taken: ["Le serveur l’a enregistré.", "The server recorded it."],
  line_taken_number: ["Le serveur l’a enregistré\u202f: pass n°\u202f{number}.", "The server recorded it: pass no. {number}."],
  line_refused: [
    "Le serveur l’a refusé. Appelez la collectivité si la personne a suivi l’atelier.",
    "The server refused it. Call the authority if the person attended the workshop.",
  ],
  line_disputed: [
    "Un autre lieu l’avait déjà pris. La collectivité décidera\u202f; le litige est dans «\u202fLitiges\u202f» sur le poste du lieu.",
    "Another place had taken it already. The authority will decide; the dispute is under “Litiges” on the place’s desk page.",
  ],
  line_disputed_known: [
    "{place} l’avait déjà pris le {day}. La collectivité décidera\u202f: litige n°\u202f{dispute}, dans «\u202fLitiges\u202f» sur le poste du lieu.",
    "{place} had taken it already, on {day}. The authority will decide: dispute no. {dispute}, under “Litiges” on the place’s desk page.",
  ],
  line_aside: [
    "Le serveur n’a pas su le lire. Mettez le scanner à jour, ou appelez la collectivité.",
    "The server could not read it. Update the scanner, or call the authority.",
  ],
  line_elsewhere: [
    "Il a été pris pour un autre lieu. Il partira quand l’appareil sera de nouveau associé à ce lieu.",
    "It was taken for another place. It will leave once the device is paired with that place again.",
  ],
  waiting: [
    { one: "{n} pass à envoyer", other: "{n} pass à envoyer" },
    { one: "{n} pass to send", other: "{n} passes to send" },
  ],
  waiting_none: ["Rien à envoyer", "Nothing to send"],
  aside: [
    { one: "{n} pass gardé sans être envoyé", other: "{n} pass gardés sans être envoyés" },
    { one: "{n} pass kept without being sent", other: "{n} passes kept without being sent" },
  ],
  alert: [
    { one: "{n} pass refusé ou contesté à l’envoi.", other: "{n} pass refusés ou contestés à l’envoi." },
    { one: "{n} pass refused or disputed when sent.", other: "{n} passes refused or disputed when sent." },
  ],
  alert_look: ["Voir pourquoi", "See why"],
  sent_well: [
    { one: "{n} pass envoyé et compté.", other: "{n} pass envoyés et comptés." },
    { one: "{n} pass sent and counted.", other: "{n} passes sent and counted." },
  ],

  // Who is expected
  people_title: ["Inscrits à l’atelier", "Expected at the workshop"],
  people_none: ["Personne n’est inscrit", "Nobody is expected"],
  people_none_help: [
    "Un pass présenté sans inscription donne une place à la personne.",
    "A pass shown without a booking gives the person a seat.",
  ],
  people_scan: ["Prendre son pass", "Take their pass"],
  people_booked: ["Place réservée avec un pass", "Seat booked with a pass"],
  people_taken: ["Pass pris", "Pass taken"],
  status_expected: ["Attendu", "Expected"],
  status_present: ["Présent", "Present"],
  status_excused: ["Excusé", "Excused"],
  status_no_show: ["Absent", "Absent"],
  status_cancelled_by_place: ["Annulé par le lieu", "Cancelled by the place"],

  // The device
  device_title: ["Cet appareil", "This device"],
  device_label: ["Nom", "Name"],
  device_place: ["Lieu", "Place"],
  device_programme: ["Dispositif", "Programme"],
  device_network: ["Réseau", "Network"],
  online: ["En ligne", "Online"],
  offline: ["Hors ligne", "Offline"],
  unanswered: ["Le serveur ne répond pas", "The server does not answer"],
  unanswered_again: ["Le serveur ne répond pas. Nouvel essai à {time}.", "The server does not answer. Next try at {time}."],
  contact: ["Dernier échange avec le serveur", "Last exchange with the server"],
  never: ["Jamais", "Never"],
  device_clock: ["Horloge", "Clock"],
  clock_right: ["À l’heure", "On time"],
  clock_unknown: ["Pas encore comparée à celle du serveur", "Not compared with the server’s yet"],
  clock_ahead: [
    "L’horloge de l’appareil avance de {span}. Mettez-la à l’heure\u202f: les heures sont corrigées en attendant.",
    "The device’s clock is {span} ahead. Set it right: times are corrected meanwhile.",
  ],
  clock_behind: [
    "L’horloge de l’appareil retarde de {span}. Mettez-la à l’heure\u202f: les heures sont corrigées en attendant.",
    "The device’s clock is {span} behind. Set it right: times are corrected meanwhile.",
  ],
  span_minutes: [
    { one: "{n} minute", other: "{n} minutes" },
    { one: "{n} minute", other: "{n} minutes" },
  ],
  span_hours: [
    { one: "{n} heure", other: "{n} heures" },
    { one: "{n} hour", other: "{n} hours" },
  ],
  span_days: [
    { one: "{n} jour", other: "{n} jours" },
    { one: "{n} day", other: "{n} days" },
  ],
  device_list: ["Liste des pass", "List of passes"],
  list_none: ["Pas encore sur l’appareil", "Not on the device yet"],
  list_made: [
    { one: "{n} pass, mise à jour le {day} à {time}", other: "{n} pass, mise à jour le {day} à {time}" },
    { one: "{n} pass, updated on {day} at {time}", other: "{n} passes, updated on {day} at {time}" },
  ],
  list_complete: ["Tous les pass du dispositif y sont.", "Every pass of the programme is on it."],
  list_incomplete: [
    "Elle ne contient pas tous les pass\u202f: un pass absent est «\u202fÀ vérifier\u202f».",
    "It does not hold every pass: one that is not on it is “to be checked”.",
  ],
  list_expired: ["Cette liste est trop ancienne. Mettez-la à jour avec le réseau.", "This list is too old. Update it with the network."],
  device_storage: ["Mémoire", "Memory"],
  storage_safe: ["Protégée\u202f: le navigateur n’efface rien de lui-même.", "Protected: the browser deletes nothing by itself."],
  storage_unsafe: [
    "Le navigateur peut effacer cette page s’il manque de place. Installez le scanner sur l’appareil.",
    "The browser may delete this page when space is short. Install the scanner on the device.",
  ],
  storage_used: ["{used} Mo utilisés.", "{used} MB used."],
  device_page: ["Page", "Page"],
  page_kept: [
    "Gardée sur l’appareil\u202f: le scanner s’ouvre sans réseau. Version {version}.",
    "Kept on the device: the scanner opens without network. Version {version}.",
  ],
  page_not_kept: [
    "Pas encore gardée sur l’appareil. Restez en ligne et rechargez la page.",
    "Not kept on the device yet. Stay online and reload the page.",
  ],
  page_cannot: [
    "Ce navigateur ne peut pas garder la page\u202f: sans réseau, elle ne s’ouvrira pas. Prenez Chrome, Edge, Firefox ou Safari à jour.",
    "This browser cannot keep the page: without network it will not open. Use an up-to-date Chrome, Edge, Firefox or Safari.",
  ],
  settings: ["Réglages", "Settings"],
  sound: ["Un son à chaque pass", "A sound at each pass"],
  vibration: ["Une vibration à chaque pass", "A vibration at each pass"],
  install: ["Installer sur l’appareil", "Install on the device"],
  forget: ["Dissocier cet appareil", "Unpair this device"],
  forget_help: [
    "L’appareil oublie le lieu et la liste. Il faudra un nouveau code pour le réutiliser.",
    "The device forgets the place and the list. A new code is needed to use it again.",
  ],
  forget_waits: [
    "Des pass attendent encore d’être envoyés\u202f: dissocier les perdrait. Envoyez-les d’abord.",
    "Passes are still waiting to be sent: unpairing would lose them. Send them first.",
  ],
  forget_sure: ["Dissocier et tout effacer", "Unpair and delete everything"],
  keep: ["Ne rien changer", "Change nothing"],
  update: ["Une nouvelle version du scanner est prête.", "A new version of the scanner is ready."],
  update_button: ["Mettre à jour", "Update"],
  outdated: [
    "Une version plus récente est ouverte dans un autre onglet. Rechargez cette page\u202f: rien n’est perdu.",
    "A newer version is open in another tab. Reload this page: nothing is lost.",
  ],
  reload: ["Recharger", "Reload"],
  broken_title: ["Le scanner ne peut pas s’ouvrir", "The scanner cannot open"],
  broken: [
    "Cet appareil ne laisse rien enregistrer. Quittez la navigation privée ou libérez de la place, puis rechargez la page.",
    "This device does not let anything be stored. Leave private browsing or free some space, then reload the page.",
  ],
}
