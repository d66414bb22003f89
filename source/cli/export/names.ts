export const exportNames = ['shipwright', 'tekton', 'bake', 'github', 'gitlab'] as const;
