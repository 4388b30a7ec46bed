// Confirm by typing: <form data-confirm="example.com" data-confirm-field="confirmation"> keeps its
// submit button disabled until the field says exactly that. The server checks again.

function arm(form) {
  const field = form.elements[form.dataset.confirmField];
  const button = form.querySelector("[type=submit]");
  const update = () => {
    button.disabled = field.value.trim() !== form.dataset.confirm;
  };
  field.addEventListener("input", update);
  update();
}

for (const form of document.querySelectorAll("form[data-confirm]")) arm(form);
