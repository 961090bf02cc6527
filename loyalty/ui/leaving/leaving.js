// The server knows what was sent; what stands in the focused field may not be sent yet.

const watched = '[class*="st-key-form-"]';

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
  return state;
}

export default function ({ data }) {
  window.loyaltyForms ??= watch();
  window.loyaltyForms.unsaved = data.unsaved;
  if (!data.unsaved && window.loyaltyForms.field) window.loyaltyForms.was = window.loyaltyForms.field.value;
}
