/** 2 to 128 characters: a letter first, then letters, digits, `:`, `_`, `.`, `-`. Pure. */
export function isName(text: string): boolean {
  return /^\p{L}[\p{L}\p{N}:_.-]{1,127}$/u.test(text) && !/^https?:/i.test(text);
}

/** 2 to 256 characters and no link. Pure. */
export function isDescription(text: string): boolean {
  return text.length >= 2 && text.length <= 256 && !/^https?:\/\//i.test(text);
}
