import { useReducer } from './lib/preact.js';
import { useEvents } from './source.js';

const MOST_COMMANDS = 30;

const START = { now: null, commands: [], connected: false, opened: false };

const issued = (command) => Date.parse(command.issued_at ?? command.at);

function reduce(state, action) {
  switch (action.type) {
    case 'reset':
      return START;
    case 'open':
      return { ...state, connected: true, opened: true };
    case 'lost':
      return { ...state, connected: false };
    case 'now':
      return { ...state, now: action.now };
    case 'command': {
      const others = state.commands.filter((command) => command.id !== action.command.id);
      const commands = [action.command, ...others]
        .sort((a, b) => issued(b) - issued(a))
        .slice(0, MOST_COMMANDS);
      return { ...state, commands };
    }
    default:
      throw new Error(action.type);
  }
}

/** Follows the commands to the leader and its own trainings, the newest first, and which version serves. */
export function useCommands() {
  const [state, dispatch] = useReducer(reduce, START);
  useEvents('/api/v1/commands', {
    command: (command) => dispatch({ type: 'command', command }),
    now: (now) => dispatch({ type: 'now', now }),
  }, (type) => dispatch({ type }));
  return state;
}
