package dev.pavise.k8s.certificate;

import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.manager.config.CertificatesConfig;
import dev.pavise.k8s.manager.config.InjectionConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's authority and all that it makes: the Secrets of the manager's namespace, the injector's trust in the webhook
 * configuration, and in each namespace with sidecars the Secret of its gateways and the NetworkPolicy that keeps callers from going
 * around them. Looks when a namespace or a pod appears, and every {@link #INTERVAL}; writes only what is missing, broken or due.
 *
 * <p>Guarantees that no private key is in a log line or a record, and that each write was recorded before it was made. It does not
 * hold against whoever can read the Secrets.
 */
public final class Certificates implements LeaderWork {
    /** How often everything is looked at where nothing happened. */
    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Certificates.class);
    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    private static final long GATHERING_MILLIS = 100;

    private final AuthorityKeeper authority;
    private final OwnSecrets own;
    private final WebhookTrust webhook;
    private final NamespacePolicy policy;
    private final InjectedNamespaces namespaces;
    private final InstantSource clock;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile @Nullable ScheduledExecutorService thread;
    private volatile boolean told;

    /**
     * @param namespace the manager's own
     * @param watched the only namespaces that get something; empty for all
     * @param scrapers who may scrape sidecars
     */
    public Certificates(
            KubernetesClient client,
            Journal journal,
            String namespace,
            List<String> watched,
            CertificatesConfig config,
            InjectionConfig scrapers,
            InstantSource clock) {
        Secrets secrets = new Secrets(client, journal, config.external(), clock);
        this.authority = new AuthorityKeeper(secrets, namespace, config);
        this.own = new OwnSecrets(secrets, namespace, config);
        this.webhook = new WebhookTrust(client, secrets, namespace);
        this.policy = new NamespacePolicy(client, secrets, scrapers);
        this.namespaces = new InjectedNamespaces(client, namespace, watched, this::changed);
        this.clock = clock;
    }

    @Override
    public void begin() {
        ScheduledExecutorService begun = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("pavise-certificates").daemon().factory());
        asked.set(false); // what was asked of the former thread ended with it
        thread = begun;
        namespaces.begin();
        var _ = begun.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void end() {
        namespaces.end();
        ScheduledExecutorService ending = thread;
        thread = null;
        if (ending == null) {
            return;
        }
        ending.shutdownNow();
        try {
            if (!ending.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a certificate is still being written after {} s", LONGEST_END.toSeconds());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The namespaces with sidecars; known while this works. */
    public InjectedNamespaces namespaces() {
        return namespaces;
    }

    /** Tells somebody else too when the namespaces may be others than before. To be called before this begins. */
    public void onNamespaces(Runnable listener) {
        listeners.add(listener);
    }

    private void changed() {
        soon();
        listeners.forEach(Runnable::run);
    }

    /** Looks soon, once for all that ask meanwhile. */
    private void soon() {
        ScheduledExecutorService running = thread;
        if (running != null && asked.compareAndSet(false, true)) {
            try {
                var _ = running.schedule(this::look, GATHERING_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException ending) {
                asked.set(false);
            }
        }
    }

    /** Looks at everything once. Whatever fails is told and tried again the next time. */
    void look() {
        asked.set(false);
        try {
            Instant now = clock.instant();
            Optional<AuthorityKeeper.Kept> kept = authority.keep(now);
            if (kept.isEmpty()) {
                tell("the authority in `" + AuthorityKeeper.NAME + "` cannot be had; nothing is signed meanwhile");
                return;
            }
            own.keep(kept.get(), now);
            webhook.keep(kept.get().authorities());
            for (String each : namespaces.names()) {
                keep(each, kept.get(), now);
            }
            told = false;
        } catch (GeneralSecurityException unsigned) {
            tell("nothing can be signed: " + unsigned.getMessage());
        } catch (RuntimeException failure) {
            tell(ClusterFault.of("look after certificates", failure).why());
        }
    }

    // One namespace must not keep the others from what they need.
    private void keep(String namespace, AuthorityKeeper.Kept kept, Instant now) throws GeneralSecurityException {
        try {
            own.keepGateway(namespace, kept, now);
            policy.keep(namespace);
        } catch (RuntimeException failure) {
            tell(ClusterFault.of("look after namespace " + namespace, failure).why());
        }
    }

    // What stays broken is told once until all is well again.
    private void tell(String what) {
        if (!told) {
            log.warn("{}", what);
        }
        told = true;
    }
}
