"""SuperOffice CRM: the amount, stage and order of a sale, written as its system user."""

from adapters.crm.superoffice.client import SuperOfficeCrm

__all__ = ["SuperOfficeCrm"]
