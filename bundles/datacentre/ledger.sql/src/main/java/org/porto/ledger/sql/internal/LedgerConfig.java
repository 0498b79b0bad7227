// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.porto.ledger.sql", name = "Ledger in a SQL database")
@interface LedgerConfig {

    @AttributeDefinition(description = "acts in one transaction of the database at most, 1 to 4096")
    int batch_max() default 512;

    @AttributeDefinition(description = "threads that read, 1 to 64; the pool needs one connection more")
    int readers() default 4;

    @AttributeDefinition(description = "how long a lost connection or a conflict is tried again, seconds, 0 to 600")
    int retry_seconds() default 10;

    @AttributeDefinition(description = "how often reservations whose time is over are ended, seconds, 0 (never) to 86400")
    int expiry_seconds() default 60;
}
