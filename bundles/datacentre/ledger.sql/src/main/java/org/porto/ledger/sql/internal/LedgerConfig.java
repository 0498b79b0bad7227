// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.porto.ledger.sql", name = "Ledger in a SQL database")
@interface LedgerConfig {

    @AttributeDefinition(description = "jdbc:h2:file:/absolute/path/ledger or jdbc:postgresql://host/database")
    String url();

    @AttributeDefinition(description = "database user")
    String user() default "porto";

    @AttributeDefinition(description = "password of the database user", type = AttributeType.PASSWORD)
    String password() default "";
}
