/** What was answered to which ClientToken: the same call gets the same answer, another one is a mismatch. */
export class ClientTokenStore {
  readonly #answers = new Map<string, { fingerprint: string; answer: Record<string, unknown> }>();

  get(key: string): { fingerprint: string; answer: Record<string, unknown> } | undefined {
    return this.#answers.get(key);
  }

  copy(): ClientTokenStore {
    const copy = new ClientTokenStore();
    for (const [key, value] of this.#answers) copy.#answers.set(key, value);
    return copy;
  }

  set(key: string, fingerprint: string, answer: Record<string, unknown>): void {
    this.#answers.set(key, { fingerprint, answer });
  }
}
