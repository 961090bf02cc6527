// The server knows what was sent; what stands in the focused field may not be sent yet.

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
