package dev.pavise.proxy.rules;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects everything that stands in the way of a configuration, each with its place, instead of stopping at the first. */
public final class Attempts {
    private final List<ConfigError> errors = new ArrayList<>();

    /** What the work makes, or null where it found something unfit, which is noted with this place. */
    public <T> @Nullable T attempt(Place place, Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException unfit) {
            error(place, String.valueOf(unfit.getMessage()));
            return null;
        }
    }

    public void error(Place place, String message) {
        errors.add(new ConfigError(place, message));
    }

    public boolean failed() {
        return !errors.isEmpty();
    }

    public List<ConfigError> errors() {
        return List.copyOf(errors);
    }
}
