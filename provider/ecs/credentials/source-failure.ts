/** Why a source gave nothing, in words of ours: nothing that was read or answered is quoted, for it may hold keys. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";

  constructor(readonly reason: string) {
    super(reason);
    this.stack = `SourceFailure: ${reason}`;
  }
}
