// The types of what comes without: as much of yivi's packages as we use, and style sheets read as text.

declare module '*.css' {
  const text: string;
  export default text;
}

declare module '@privacybydesign/yivi-core' {
  type Choice = { transition: string; payload?: unknown } | false;
  export interface StateMachine {
    selectTransition(choose: (at: { state: string; validTransitions: string[] }) => Choice): Promise<unknown>;
  }
  export interface Move {
    newState: string;
    payload?: any;
  }
  export interface Plugin {
    stateChange?(move: Move): void;
    start?(): void;
    close?(): void;
  }
  export default class YiviCore {
    constructor(options: object);
    use(plugin: new (given: { stateMachine: StateMachine }) => Plugin): void;
    start(): Promise<unknown>;
    abort(): Promise<unknown>;
  }
}

declare module '@privacybydesign/yivi-client' {
  import type { Plugin } from '@privacybydesign/yivi-core';
  const YiviClient: new (given: any) => Plugin;
  export default YiviClient;
}
