package dev.pavise.proxy.cli;

import dev.pavise.logging.Terminal;
import dev.pavise.policy.config.EnvironmentLookup;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a command finds around it, so that it can be tried without being there.
 *
 * @param folder what relative paths are taken from
 * @param terminal whether a person reads the output
 */
record Surroundings(EnvironmentLookup environment, Path folder, boolean terminal, InstantSource clock) {

    static Surroundings ofProcess() {
        return new Surroundings(
                EnvironmentLookup.ofProcess(), Path.of(""), Terminal.onStandardOutput(), InstantSource.system());
    }

    Path resolve(Path given) {
        return folder.resolve(given);
    }
}
