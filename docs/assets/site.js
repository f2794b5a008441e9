// A table that is wider than the screen scrolls sideways: a keyboard has to reach it too.
addEventListener("load", () => {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((box, index) => {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `table ${index + 1}`);
  });
});
