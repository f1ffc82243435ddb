package dev.pavise.runner.wasm.module;

import java.util.Optional;

/** Memory that is lent for the time of a compiling. */
public interface Room {
    /** Takes it, or says why not. */
    Optional<Outcome> take(long bytes);

    void give(long bytes);

    /** As much as is asked for. */
    Room AMPLE = new Room() {
        @Override
        public Optional<Outcome> take(long bytes) {
            return Optional.empty();
        }

        @Override
        public void give(long bytes) {}
    };
}
