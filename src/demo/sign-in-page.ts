import { DEMO_PEOPLE } from './demo-people.js';

/** Whom would you like to be? No password: this world has nothing to protect. */
export function signInPage(action: string, customers?: readonly string[]): string {
  const listed =
    customers?.map((name): [string, readonly string[]] => [name, ['customer']]) ?? Object.entries(DEMO_PEOPLE);
  const people = listed
    .map(
      ([name, roles]) =>
        `<button name="person" value="${name}"><b>${name}</b> <span>${roles.join(', ')}</span></button>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Demo sign-in</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #1c2024 }
  form { display: grid; gap: .5rem }
  button { font: inherit; text-align: left; padding: .6rem .9rem; border: 1px solid #c9d0d6; border-radius: 8px; background: #fff; cursor: pointer }
  button:hover, button:focus-visible { border-color: #1668dc; outline: none }
  span { color: #5b6670 }
</style>
<h1>Demo sign-in</h1>
<p>${customers ? '演示登录：选择一个第三方账号。Choose a third-party account.' : '演示登录：选择一位工作人员。Choose a member of staff.'}</p>
<form method="post" action="${action}">
${people}
</form>
</html>`;
}
