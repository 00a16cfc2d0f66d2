/** Elements of ours in a console's page: what is done with them is not an action in the console. */
const ours = new WeakSet<EventTarget>();

export const markOwn = (element: Element): void => void ours.add(element);

export const isOwn = (event: Event): boolean => event.target !== null && ours.has(event.target);
