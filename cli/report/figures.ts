/** Hours with one decimal at most: `60 h`, `59.5 h`. */
export function hoursText(hours: number): string {
  return `${Math.round(hours * 10) / 10} h`;
}

export function percentText(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${Math.round((part / whole) * 100)} %`;
}

export function amountText(amount: number, currency: string): string {
  return `${amount.toFixed(2)} ${currency}`;
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
