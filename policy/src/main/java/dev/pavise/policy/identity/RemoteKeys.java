package dev.pavise.policy.identity;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The keys of an issuer that publishes them somewhere, as they were last fetched. Both methods return at once and do no input or output:
 * whoever implements this fetches elsewhere, from an address of the configuration and never from one that a token names.
 */
public interface RemoteKeys {
    /** There are none, and none will come: for checking a configuration without asking anybody. */
    RemoteKeys NONE = new RemoteKeys() {
        @Override
        public State now() {
            return new State.Missing();
        }

        @Override
        public Optional<CompletionStage<?>> ask() {
            return Optional.empty();
        }
    };

    /** What is to be had of the keys. */
    sealed interface State {
        /** Fetched, and not too long ago. The same object while a fetch brings nothing else. */
        record Ready(PublishedKeys keys) implements State {}

        /** Never fetched. */
        record Missing() implements State {}

        /** Fetched so long ago that they are not believed any more. */
        record Stale() implements State {}
    }

    State now();

    /**
     * Asks for the newest keys, as a token came that those at hand cannot check.
     *
     * @return done when they have been asked for, whether they came or not; empty where it is too early to ask again, or too many wait
     */
    Optional<CompletionStage<?>> ask();
}
