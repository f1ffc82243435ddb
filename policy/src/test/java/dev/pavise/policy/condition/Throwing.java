package dev.pavise.policy.condition;

import dev.pavise.policy.Facts;
import java.time.Instant;
import java.util.Map;

/** Facts that cannot be had, for a reason that nobody thought of. */
record Throwing(Throwable thrown) implements Facts {
    private <T> T fail() {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Override
    public String method() {
        return fail();
    }

    @Override
    public String host() {
        return fail();
    }

    @Override
    public String path() {
        return fail();
    }

    @Override
    public String query() {
        return fail();
    }

    @Override
    public String header(String name) {
        return fail();
    }

    @Override
    public Map<String, String> headers() {
        return fail();
    }

    @Override
    public Map<String, String> variables() {
        return fail();
    }

    @Override
    public String address() {
        return fail();
    }

    @Override
    public Instant time() {
        return fail();
    }
}
