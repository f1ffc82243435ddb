package dev.pavise.proxy.issuer;

import dev.pavise.policy.identity.PublishedKeys;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of one issuer: a line when something is other than before, and none while it stays so. */
final class IssuerLog {
    private static final Logger log = LoggerFactory.getLogger(IssuerLog.class);

    private final RemoteIssuer issuer;
    private Fetched.@Nullable Result failing;
    private boolean notKept;
    private boolean unfit;

    IssuerLog(RemoteIssuer issuer) {
        this.issuer = issuer;
    }

    synchronized void fetched(PublishedKeys keys) {
        if (failing != null) {
            log.info("issuer `{}`: its keys can be fetched again", issuer.name());
        }
        failing = null;
        boolean fits = keys.fits(issuer.algorithms());
        if (!fits && !unfit) {
            log.warn(
                    "issuer `{}`: none of its {} keys is for {}, so that all its tokens are refused",
                    issuer.name(),
                    keys.size(),
                    issuer.algorithms());
        }
        unfit = !fits;
    }

    void changed(List<String> added, List<String> removed) {
        log.info("issuer `{}`: other keys count now; added {}, removed {}", issuer.name(), added, removed);
    }

    /** @param until when the keys at hand run out, or null where there are none */
    synchronized void failed(Fetched.Failed failed, @Nullable Instant until) {
        if (failing != failed.result()) {
            failing = failed.result();
            String meanwhile =
                    until == null ? "its tokens are refused until they come" : "those at hand are used until " + until;
            log.warn(
                    "issuer `{}`: its keys cannot be fetched ({}: {}); {}",
                    issuer.name(),
                    failed.result().code(),
                    failed.detail(),
                    meanwhile);
        }
    }

    void ranOut() {
        log.error(
                "issuer `{}`: its keys are older than {} and do not count any more; its tokens are refused until they can be"
                        + " fetched",
                issuer.name(),
                issuer.keep());
    }

    void bug(RuntimeException bug) {
        log.error("issuer `{}`: what it published could not be taken up", issuer.name(), bug);
    }

    synchronized void kept() {
        notKept = false;
    }

    synchronized void notKept(Exception failure) {
        if (!notKept) {
            notKept = true;
            log.warn(
                    "issuer `{}`: its keys cannot be kept for a restart without it: {}",
                    issuer.name(),
                    failure.toString());
        }
    }
}
