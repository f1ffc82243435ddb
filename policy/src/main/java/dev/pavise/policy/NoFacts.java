package dev.pavise.policy;

import java.time.Instant;
import java.util.Map;

/** Facts that must not be looked at. */
final class NoFacts implements Facts {
    @Override
    public String method() {
        throw unseen();
    }

    @Override
    public String host() {
        throw unseen();
    }

    @Override
    public String path() {
        throw unseen();
    }

    @Override
    public String query() {
        throw unseen();
    }

    @Override
    public String header(String name) {
        throw unseen();
    }

    @Override
    public Map<String, String> headers() {
        throw unseen();
    }

    @Override
    public Map<String, String> variables() {
        throw unseen();
    }

    @Override
    public String address() {
        throw unseen();
    }

    @Override
    public Instant time() {
        throw unseen();
    }

    private static IllegalStateException unseen() {
        return new IllegalStateException("no request is looked at here");
    }
}
