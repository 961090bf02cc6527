"""The screens by their files, for the menu and for whatever leads from one to another."""

WELCOME = "pages/welcome.py"
TODAY = "pages/today.py"
OVERVIEW = "pages/overview.py"
CUSTOMERS = "pages/customers.py"
CUSTOMER = "pages/customer.py"
WHOSE = "pages/whose.py"
TWINS = "pages/twins.py"
RETURNS = "pages/returns.py"
SEGMENTS = "pages/segments.py"
SEGMENT = "pages/segment.py"
SEGMENT_EDIT = "pages/segment_edit.py"
CAMPAIGNS = "pages/campaigns.py"
CAMPAIGN_EDIT = "pages/campaign_edit.py"
CAMPAIGN = "pages/campaign.py"
MESSAGES_TOTALS = "pages/messages_totals.py"
CONTROL_GROUP = "pages/control_group.py"
TRIGGERS = "pages/triggers.py"
TRIGGER_EDIT = "pages/trigger_edit.py"
REHEARSAL = "pages/rehearsal.py"
PROGRAM = "pages/program.py"
IMPORT = "pages/import_1c.py"
CONSENTS = "pages/consents.py"
GATEWAYS = "pages/gateways.py"
JOURNAL = "pages/journal.py"

# What an address may ask, by how a page is called in it.
ASKED = {
    "customers": ("q", "show", "from", "to"),
    "customer": ("id",),
    "segment": ("name", "tab"),
    "segment_edit": ("name", "copy", "where", "who"),
    "campaign": ("name", "step"),
    "campaign_edit": ("name", "segment", "step"),
    "trigger_edit": ("name",),
    "rehearsal": ("trigger",),
    "import": ("file",),
}
