/** The builders that come with sti, each a folder of `templates/`. */
export const templateNames = ['nodejs', 'python', 'ruby', 'go', 'php', 'java', 'rust', 'static', 'buildpack'] as const;

export type TemplateName = (typeof templateNames)[number];

export function isTemplateName(name: string): name is TemplateName {
  return templateNames.some((known) => known === name);
}
