/** What the gateway answers itself: health, metrics, the audit trail. */
@NullMarked
package dev.pavise.proxy.management;

import org.jspecify.annotations.NullMarked;
