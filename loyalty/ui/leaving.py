"""Forms in the browser: it asks before something unsaved is closed or loaded anew; Enter sends a short form."""

import streamlit as st

_UNSAVED = "_unsaved"  # in session state: the forms with something typed in them
_HERE = "_unsaved_here"  # whether this run's page has something else

# The server knows what was sent; what stands in the focused field may not be sent yet.
_JS = """
const watched = '[class*="st-key-form-"]';
const typed = ':is([data-testid="stTextInput"], [data-testid="stNumberInput"]) input';
const SHORT = 3; // fields; in a longer form Enter would save what is half written

function send(event) {
  const form = event.target.closest?.(watched);
  const isPlain = event.key === 'Enter' && !event.isComposing && !event.ctrlKey && !event.metaKey;
  if (!form || !isPlain || !event.target.matches(typed) || form.querySelectorAll(typed).length > SHORT) return;
  // Streamlit sends the field's value first: it hears the key after us.
  setTimeout(() => form.querySelector('[data-testid="stBaseButton-primary"]:not(:disabled)')?.click());
}

function watch() {
  const state = { unsaved: false, field: null, was: '' };
  addEventListener('focusin', (event) => {
    state.field = event.target;
    state.was = event.target.value;
  }, true);
  addEventListener('beforeunload', (event) => {
    const field = state.field;
    const typing = field && field === document.activeElement && field.closest(watched) && field.value !== state.was;
    if (state.unsaved || typing) event.preventDefault();
  });
  addEventListener('keydown', send, true);
  return state;
}

export default function ({ data }) {
  window.loyaltyForms ??= watch();
  window.loyaltyForms.unsaved = data.unsaved;
  if (!data.unsaved && window.loyaltyForms.field) window.loyaltyForms.was = window.loyaltyForms.field.value;
}
"""


_component = st.components.v2.component("leaving", js=_JS)


def remember(form: str, *, unsaved: bool) -> None:
    """Whether a form has something that would be lost."""
    forms: set[str] = st.session_state.setdefault(_UNSAVED, set())
    (forms.add if unsaved else forms.discard)(form)


def forget(kind: str) -> None:
    """Forms of a kind lose nothing any more."""
    for form in [one for one in st.session_state.get(_UNSAVED, ()) if one.split()[0] == kind]:
        remember(form, unsaved=False)


def lost_with_page() -> None:
    """What stands on this page, dropped files, goes with it: said anew in each run."""
    st.session_state[_HERE] = True


def ask_before_leaving(place: str) -> None:
    """Tell the browser how it stands; a fragment is a place of its own."""
    forms, here = st.session_state.get(_UNSAVED), st.session_state.pop(_HERE, False)
    if here:
        st.session_state.setdefault(_UNSAVED, set())  # said from now on, also when nothing would be lost any more
    if here or forms is not None:
        _component(key=f"leaving-{place}", data={"unsaved": here or bool(forms)}, height=1)
