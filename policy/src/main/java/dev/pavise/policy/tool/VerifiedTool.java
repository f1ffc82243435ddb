package dev.pavise.policy.tool;

import dev.pavise.policy.signing.TrustedKey;
import java.util.List;

/**
 * Proof that a tool passed every check: a key that is trusted now signed its manifest, the content has the digest that
 * the manifest names and is of its kind, and it asks for no more than its policy allows. A sandbox runs one of these and
 * nothing else, and only {@link ToolVerifier} makes one, so that running without checking does not compile.
 *
 * <p>It proves this of the bytes that were measured, at the time when they were. Whoever runs them sees to it that they
 * are the same bytes: measured where they lie when they run, in a place that nobody else can write.
 */
public final class VerifiedTool {
    private final ToolManifest manifest;
    private final TrustedKey signer;
    private final MeasuredContent content;
    private final ToolKind kind;
    private final RunLimits limits;

    VerifiedTool(ToolManifest manifest, TrustedKey signer, MeasuredContent content, ToolKind kind, RunLimits limits) {
        this.manifest = manifest;
        this.signer = signer;
        this.content = content;
        this.kind = kind;
        this.limits = limits;
    }

    public String toolId() {
        return manifest.toolId();
    }

    public SemanticVersion version() {
        return manifest.version();
    }

    public ToolManifest manifest() {
        return manifest;
    }

    /** Who signed. */
    public TrustedKey signer() {
        return signer;
    }

    /** The SHA-256 of the content, in lower-case hex. */
    public String sha256() {
        return content.sha256();
    }

    /** The size of the content in bytes. */
    public long size() {
        return content.size();
    }

    /** What runs it. */
    public ToolKind kind() {
        return kind;
    }

    public RunLimits limits() {
        return limits;
    }

    /** The files that it may touch beside its scratch folder, in the order of the manifest. */
    public List<ResourceGrant.Files> files() {
        return manifest.files();
    }

    /** The only places in the network that it may reach; none where the list is empty. */
    public List<ResourceGrant.Endpoint> endpoints() {
        return manifest.endpoints();
    }

    /** The names of the secrets that it is given, and no others; none where the list is empty. */
    public List<String> secrets() {
        return manifest.secrets();
    }

    @Override
    public String toString() {
        return "verified tool " + manifest.title();
    }
}
