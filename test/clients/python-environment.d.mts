/**
 * The Python of an environment in which `python/requirements.txt` is installed. The first call installs it, which needs the
 * network; a Python that is missing or too old, or an install that fails, is an error that says how to go on.
 */
export function pythonEnvironment(env?: NodeJS.ProcessEnv): Promise<string>;
