/** As the API names them. */
export const RELATIONSHIPS = ['mother', 'father', 'grandparent', 'sibling', 'other_guardian'] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];
