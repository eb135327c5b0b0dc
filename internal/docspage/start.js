"use strict";

const place = document.getElementById("swagger-ui");

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  oauth2RedirectUrl: new URL(place.dataset.redirect, document.baseURI).href,
  validatorUrl: null, // the service would be told of the document
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
});
