package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import java.util.List;
import java.util.Map;

/** What goes on to upstreams, and whether others can read it on its way. */
final class UpstreamChecks {
    private UpstreamChecks() {}

    static void encryption(Examined examined, Notes notes) {
        boolean sound = true;
        for (UpstreamConfig upstream : examined.config().upstreams().values()) {
            List<String> plain = readable(upstream);
            if (plain.isEmpty()) continue;
            sound = false;
            notes.warn(
                    "upstream " + upstream.name() + " is spoken to in the clear: " + String.join(", ", plain),
                    "use https:// for it, or bring it onto the gateway's own machine or pod (127.0.0.1)");
        }
        if (sound) notes.ok("every upstream is on this machine or spoken to over TLS");
    }

    static void credentials(Examined examined, Notes notes) {
        Map<String, UpstreamConfig> upstreams = examined.config().upstreams();
        boolean sound = true;
        for (RouteConfig route : examined.config().routes()) {
            if (!route.passCredential()) continue;
            sound = false;
            UpstreamConfig upstream = upstreams.get(route.upstream());
            String found = "route " + route.name() + " passes the caller's credential on to " + route.upstream();
            if (upstream == null || !readable(upstream).isEmpty()) {
                notes.bad(found + ", in the clear", "drop pass_credential, or use https:// for that upstream");
            } else {
                notes.warn(found + ", which could use it elsewhere", "drop pass_credential unless it needs it");
            }
        }
        if (sound) notes.ok("no caller's credential is passed on");
    }

    private static List<String> readable(UpstreamConfig upstream) {
        return upstream.urls().stream()
                .filter(url -> !url.secure() && !new HostPort(url.host(), url.port()).loopback())
                .map(UpstreamConfig.Url::toString)
                .toList();
    }
}
