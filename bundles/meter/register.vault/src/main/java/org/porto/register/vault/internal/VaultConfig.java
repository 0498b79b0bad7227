// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the register vault. */
@ObjectClassDefinition(name = "Porto register vault")
@interface VaultConfig {

    @AttributeDefinition(name = "Folder of both stores, absolute path")
    String directory();

    @AttributeDefinition(name = "Longest write window, milliseconds (100 to 60000)")
    long window_millis_max() default 10_000;

    @AttributeDefinition(name = "How far the clock may be behind the last record, seconds (0 to 604800)")
    long clock_back_seconds_max() default 86_400;

    @AttributeDefinition(name = "Size of a segment of the journal, bytes (65536 to 1073741824)")
    long segment_bytes() default 16_777_216;

    @AttributeDefinition(name = "Most records that share a sync (1 to 1024)")
    int batch_max() default 256;
}
