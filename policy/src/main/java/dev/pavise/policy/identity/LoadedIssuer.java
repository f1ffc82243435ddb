package dev.pavise.policy.identity;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** An issuer with the keys that count now. */
sealed interface LoadedIssuer {
    Issuer issuer();

    Keys keys();

    /** Done when newer keys were asked for; empty where there is nothing to ask, or not now. */
    Optional<CompletionStage<?>> ask();

    /** What its tokens can be checked with. */
    sealed interface Keys {
        record Held(KeySet set) implements Keys {}

        record Lacking(UnprovenReason reason) implements Keys {}
    }

    /** Keys of the configuration. */
    record Configured(Issuer issuer, Keys.Held keys) implements LoadedIssuer {
        @Override
        public Optional<CompletionStage<?>> ask() {
            return Optional.empty();
        }
    }

    /** Keys that are fetched. */
    record Fetching(Issuer issuer, RemoteKeys remote) implements LoadedIssuer {
        @Override
        public Keys keys() {
            return switch (remote.now()) {
                case RemoteKeys.State.Ready(PublishedKeys published) -> new Keys.Held(published.set());
                case RemoteKeys.State.Missing ignored -> new Keys.Lacking(UnprovenReason.ISSUER_KEYS_MISSING);
                case RemoteKeys.State.Stale ignored -> new Keys.Lacking(UnprovenReason.ISSUER_KEYS_STALE);
            };
        }

        @Override
        public Optional<CompletionStage<?>> ask() {
            return remote.ask();
        }
    }
}
