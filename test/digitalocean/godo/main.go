// DigitalOcean's own client, asking the API that is given. It says what it saw, as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/digitalocean/godo"
	"github.com/digitalocean/godo/util"
)

type bearer string

func (token bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request.Header.Set("Authorization", "Bearer "+string(token))
	return http.DefaultTransport.RoundTrip(request)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func refusal(err error) map[string]any {
	var refused *godo.ErrorResponse
	if !errors.As(err, &refused) {
		panic(err)
	}
	return map[string]any{
		"status":  refused.Response.StatusCode,
		"message": refused.Message,
		"request": refused.RequestID != "",
	}
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVrXgZxFTKBsnJUvAtxUv2cM1V0hAOcMHmUsHsPBL5e x"

func main() {
	ctx := context.Background()
	client, err := godo.New(&http.Client{Transport: bearer(os.Args[2])}, godo.SetBaseURL(os.Args[1]))
	check(err)
	saw := map[string]any{}

	account, _, err := client.Account.Get(ctx)
	check(err)
	saw["account"] = []any{account.Status, account.DropletLimit}
	tags := 0
	for page := (&godo.ListOptions{PerPage: 100}); ; {
		some, answer, err := client.Tags.List(ctx, page)
		check(err)
		tags += len(some)
		if answer.Links == nil || answer.Links.IsLastPage() {
			break
		}
		current, err := answer.Links.CurrentPage()
		check(err)
		page.Page = current + 1
	}
	saw["tags"] = tags

	sshKey, _, err := client.Keys.Create(ctx, &godo.KeyCreateRequest{Name: "k", PublicKey: key})
	check(err)
	_, _, err = client.Keys.Create(ctx, &godo.KeyCreateRequest{Name: "k", PublicKey: key})
	saw["second key"] = refusal(err)
	vpc, _, err := client.VPCs.Create(ctx, &godo.VPCCreateRequest{Name: "v", RegionSlug: "fra1"})
	check(err)
	_, _, err = client.Tags.Create(ctx, &godo.TagCreateRequest{Name: "web:1"})
	check(err)
	rule := godo.InboundRule{Protocol: "tcp", PortRange: "22", Sources: &godo.Sources{Addresses: []string{"0.0.0.0/0"}}}
	firewall := &godo.FirewallRequest{Name: "fw", Tags: []string{"web:1"}, InboundRules: []godo.InboundRule{rule}}
	_, _, err = client.Firewalls.Create(ctx, firewall)
	check(err)
	_, _, err = client.Firewalls.Create(ctx, firewall)
	saw["second firewall"] = refusal(err)
	volume, _, err := client.Storage.CreateVolume(ctx, &godo.VolumeCreateRequest{
		Name: "data", Region: "fra1", SizeGigaBytes: 10, FilesystemType: "ext4", Tags: []string{"web:1"}})
	check(err)

	droplet, answer, err := client.Droplets.Create(ctx, &godo.DropletCreateRequest{
		Name: "web", Region: "fra1", Size: "s-2vcpu-4gb", Image: godo.DropletCreateImage{Slug: "ubuntu-24-04-x64"},
		SSHKeys: []godo.DropletCreateSSHKey{{ID: sshKey.ID}}, VPCUUID: vpc.ID, IPv6: true,
		Tags: []string{"web:1"}, UserData: "#cloud-config\n"})
	check(err)
	for _, action := range answer.Links.Actions {
		check(util.WaitForActive(ctx, client, action.HREF))
	}
	droplet, _, err = client.Droplets.Get(ctx, droplet.ID)
	check(err)
	ipv4, err := droplet.PublicIPv4()
	check(err)
	ipv6, err := droplet.PublicIPv6()
	check(err)
	saw["droplet"] = []any{droplet.Status, droplet.SizeSlug, droplet.Image.Slug, droplet.Region.Slug, droplet.Tags, ipv4 != "", ipv6 != ""}

	attach, _, err := client.StorageActions.Attach(ctx, volume.ID, droplet.ID)
	check(err)
	_, _, err = client.DropletActions.Shutdown(ctx, droplet.ID)
	saw["locked"] = refusal(err)
	for attach.Status == godo.ActionInProgress {
		time.Sleep(50 * time.Millisecond)
		attach, _, err = client.Actions.Get(ctx, attach.ID)
		check(err)
	}
	volume, _, err = client.Storage.GetVolume(ctx, volume.ID)
	check(err)
	saw["attached"] = []any{attach.Status, len(volume.DropletIDs) == 1 && volume.DropletIDs[0] == droplet.ID}

	address, _, err := client.ReservedIPs.Create(ctx, &godo.ReservedIPCreateRequest{DropletID: droplet.ID})
	check(err)
	for address.Droplet == nil {
		time.Sleep(50 * time.Millisecond)
		address, _, err = client.ReservedIPs.Get(ctx, address.IP)
		check(err)
	}
	saw["address"] = []any{address.Droplet.ID == droplet.ID, address.Locked, address.Region.Slug}

	project, _, err := client.Projects.Create(ctx, &godo.CreateProjectRequest{Name: "p", Purpose: "x"})
	check(err)
	_, _, err = client.Projects.AssignResources(ctx, project.ID, droplet, *volume, *address)
	check(err)
	inIt, _, err := client.Projects.ListResources(ctx, project.ID, nil)
	check(err)
	saw["in project"] = len(inIt)
	_, err = client.Projects.Delete(ctx, project.ID)
	saw["full project"] = refusal(err)

	record, _, err := client.Domains.CreateRecord(ctx, "shop.example", &godo.DomainRecordEditRequest{Type: "A", Name: "@", Data: ipv4})
	check(err)
	records, _, err := client.Domains.RecordsByTypeAndName(ctx, "shop.example", "A", "shop.example", nil)
	check(err)
	saw["records"] = []any{len(records), records[0].ID == record.ID}

	_, err = client.VPCs.Delete(ctx, vpc.ID)
	saw["full VPC"] = refusal(err)
	_, err = client.Droplets.Delete(ctx, droplet.ID)
	check(err)
	for err == nil {
		time.Sleep(50 * time.Millisecond)
		_, _, err = client.Droplets.Get(ctx, droplet.ID)
	}
	saw["gone"] = refusal(err)
	check(json.NewEncoder(os.Stdout).Encode(saw))
}
