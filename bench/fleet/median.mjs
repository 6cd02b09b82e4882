/** The one in the middle; of an even number the upper. Undefined of none. Pure. */
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
