package dev.pavise.proxy.config;

import java.util.List;

/** Notices that the configuration, or a file it names, has changed. */
public final class ConfigWatch implements AutoCloseable {

    /** Hears of changes, on the watch's own thread or on that of whoever asked for a reload, one at a time. */
    public interface Listener {
        /** Something changed and all of it can be read. */
        void changed(GatewayConfig config);

        /** Something changed and cannot be used; what was in force stays so. */
        void invalid(List<ConfigError> errors);
    }

    private ConfigWatch() {}

    @Override
    public void close() {}
}
