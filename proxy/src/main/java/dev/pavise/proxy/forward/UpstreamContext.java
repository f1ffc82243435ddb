package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.http.RefusalCode;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** What the pools and connections of one upstream know of it. */
record UpstreamContext(UpstreamSettings settings, LongSupplier nanoClock, BooleanSupplier closed) {
    UpstreamLimits limits() {
        return settings.limits();
    }

    /** Whether connections are not to be kept any more. */
    boolean isClosed() {
        return closed.getAsBoolean();
    }

    HeadLimits headLimits() {
        return new HeadLimits(1, limits().headerBytes(), limits().headerFields()); // answers have no target
    }

    /** Details are for logs and the audit record; the caller is told the code alone. */
    UpstreamFailure failure(RefusalCode code, Endpoint endpoint, String why) {
        return new UpstreamFailure(
                code,
                "upstream `" + settings.name() + "` (" + endpoint.settings().label() + "): " + why);
    }
}
