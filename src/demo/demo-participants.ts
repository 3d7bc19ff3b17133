import { Injectable } from '@nestjs/common';

/** Which of the systems that the demo world plays refuse at the moment. */
@Injectable()
export class DemoParticipants {
  private readonly refusing = new Set<string>();

  behave(participant: string, refuses: boolean): void {
    if (refuses) this.refusing.add(participant);
    else this.refusing.delete(participant);
  }

  refuses(participant: string): boolean {
    return this.refusing.has(participant);
  }
}
